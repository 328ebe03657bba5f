self.PUSHSITE_SERVER = self.location.origin;
importScripts(self.PUSHSITE_SERVER + "/static/pushsite/push/sw.js");
importScripts("/static/pushsite/demo/relay.js");
