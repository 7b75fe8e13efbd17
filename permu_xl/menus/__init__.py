"""Addresses that workbooks and extensions made by earlier versions call; nothing new comes here."""
