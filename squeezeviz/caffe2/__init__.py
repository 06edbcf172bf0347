"""Reading Caffe2 network pairs, and turning them into ONNX."""
