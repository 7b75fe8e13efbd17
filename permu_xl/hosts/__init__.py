"""The programs in which the functions appear; each host is an adapter over ``functions``."""
