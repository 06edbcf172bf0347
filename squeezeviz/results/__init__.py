"""What a model says, as frozen values with what made them."""
