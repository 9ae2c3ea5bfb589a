"""Pictures one can read: a frame goes in, and Axes come out.

Every plot takes `ax=` (`fig=` where it has several panels) and `theme=`, passes further keywords on
to its main artist, and has a twin `<name>_table()` that returns the numbers it draws.
"""
