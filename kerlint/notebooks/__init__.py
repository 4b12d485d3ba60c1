"""kerlint in IPython, Jupyter, VS Code and Colab: magics for cells, and findings as a table.

Nothing here is imported unless IPython loads the extension or shows findings.
"""
