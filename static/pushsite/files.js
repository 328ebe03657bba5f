"use strict";
/* The admin theme writes the name of a chosen file into the nearest text field, which on
   our forms is somebody's own. It leaves inputs alone that say they are listened to. */
HTMLInputElement.prototype.hasChangeListener = true;
