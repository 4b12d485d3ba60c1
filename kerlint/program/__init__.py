"""What the user's code builds: models, layers, tensors, compile, fit, uses of the API."""
