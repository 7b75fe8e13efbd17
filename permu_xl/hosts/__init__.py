"""The programs in which a person works; each knows only its own.

A host may use tasks, functions and what lies below them, never another host.
"""
