"""Attribution: how much each pixel, or each cell of a layer, has to do with a number; a file a method."""
