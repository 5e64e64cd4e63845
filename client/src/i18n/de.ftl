# Die Texte von Chillin auf Deutsch, mit denselben Ids in derselben Reihenfolge wie in en.ftl.

# -- ui

ui-close = Schließen
ui-show-password = Passwort anzeigen
ui-hide-password = Passwort verbergen
ui-key-control = Strg
ui-key-shift = Umschalt
ui-key-escape = Esc

# -- chat
