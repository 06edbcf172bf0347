"""What a layer costs: its time by ONNX Runtime's own profiler, beside what this machine could do."""
