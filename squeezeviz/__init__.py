"""squeezeviz: an interactive explorer of SqueezeNet 1.1 in its published Caffe2 form."""
