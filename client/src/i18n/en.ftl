# The texts of Chillin in English. Ids are <feature>-<what>; de.ftl has the same ids in the same order.

# -- ui

ui-close = Close
ui-show-password = Show password
ui-hide-password = Hide password
ui-key-control = Ctrl
ui-key-shift = Shift
ui-key-escape = Esc

# -- chat
