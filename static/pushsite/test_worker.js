/* The service worker of a colleague's browser that gets tests: the two lines of a site. */
self.PUSHSITE_SERVER = self.location.origin;
importScripts(self.PUSHSITE_SERVER + "/static/pushsite/push/sw.js");
