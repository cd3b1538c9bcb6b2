"""Plots by map extent."""
