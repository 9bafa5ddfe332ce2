"""Bytes to text, and one spelling of Chinese characters."""
