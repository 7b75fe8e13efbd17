from .parameters import named_parameters as named_parameters
