"""The commands, one module a group of them: name, help, options and body in one place.

``permu_xl.cli.program`` names each one's home and imports it when it is called; what two commands
have in common stands beside ``program``, not here.
"""
