"""dlib's serialised face network to ONNX, without dlib."""
