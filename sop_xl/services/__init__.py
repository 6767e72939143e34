"""The use cases: one function a button, asking only for ports."""
