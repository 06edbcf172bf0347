"""A network in 8-bit integers: made through ``onnxruntime.quantization``, and measured beside what it was made of."""
