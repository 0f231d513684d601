"""TFLite to ONNX, for float networks: channels first inside and out, any batch size."""
