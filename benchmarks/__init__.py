"""What we claim of speed and memory, measured side by side in one run: `python -m benchmarks`.

Every subject is a module that can be run alone, prints its measurements as JSON, and is started in
an interpreter of its own. Ours and theirs take turns, A B A B, so that whatever else the machine
does strikes both; ratios are of medians, with the least and the greatest of the pairs beside them.
"""
