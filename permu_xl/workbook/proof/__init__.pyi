from .sheet import proof_blocks as proof_blocks
