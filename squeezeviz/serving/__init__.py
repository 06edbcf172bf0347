"""What stands between a visitor's browser and the app: which hosts, which addresses, how many kernels for how long.

Run as a program of its own (``python -P -m squeezeviz.serving app``), as JupyterLab is (``… lab``);
`squeezeviz.serving.server` makes the commands.
"""
