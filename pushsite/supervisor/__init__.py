"""Starting, watching and stopping the processes of a site, for `manage.py up`."""
