"""What are we called at Asterisk? Apart from the adapter, so that the watchdog need not load it."""

#: the Stasis application, and the user of the REST interface
APP = "sanxiang"
ARI_USER = "sanxiang"
