"""What a network is, without running it: its graph, its operators, its layers, its blocks."""
