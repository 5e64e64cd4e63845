# The texts of Chillin in English. Ids are <feature>-<what>; de.ftl has the same ids in the same order.

# -- ui

ui-close = Close
ui-show-password = Show password
ui-hide-password = Hide password
ui-key-control = Ctrl
ui-key-shift = Shift
ui-key-escape = Esc

# -- app

app-crash-title = Something broke
app-crash-description = That should not have happened. Your messages are safe on the server; loading the page again usually helps.
app-crash-reload = Load again
app-chunk-title = A part of Chillin could not be loaded
app-chunk-description = The connection may be down, or a new version was just installed.
app-loading = Loading
app-not-found-title = There is nothing here
app-not-found-description = The address may be mistyped.
app-not-found-action = To the rooms

# -- entrance

entrance-title = Chillin
entrance-title-invited = #{ $room } · Chillin
entrance-welcome = Welcome to Chillin
entrance-tagline = A calm place to talk.
entrance-invited-title = You are invited
entrance-invited = Come in and join { $room }
entrance-ways = How to come in
entrance-tab-sign-in = Sign in
entrance-tab-register = Register
entrance-tab-guest = Guest
entrance-sign-in = Sign in
entrance-register = Create account
entrance-guest = Continue as guest
entrance-guest-continue = Continue as guest
entrance-accounts-only = This server lets in people with an account only.
entrance-optional = optional

entrance-name = Name
entrance-name-hint = 3 to 20 characters. Others see it.
entrance-name-missing = Enter a name.
entrance-name-length = A name has 3 to 20 characters.
entrance-name-invisible = The name contains invisible characters.
entrance-name-taken = That name is taken.
entrance-guest-name = What should others call you?
entrance-guest-hint = No account needed. The name is yours while you are here.
entrance-guest-name-length = A name has 1 to 20 characters.
entrance-guest-name-taken = That name belongs to an account. Sign in to use it, or choose another.
entrance-email = E-mail
entrance-email-wrong = That does not look like an e-mail address.
entrance-password = Password
entrance-password-hint = At least 6 characters.
entrance-password-missing = Enter a password.
entrance-password-short = A password has at least 6 characters.
entrance-password-long = The password is too long.
entrance-auth-failed = The name or the password is wrong.

entrance-problem-network = The server cannot be reached.
entrance-problem-unavailable = The server cannot do this right now.
entrance-problem-internal = Something went wrong on the server.
entrance-problem-account-needed = This needs an account. Sign in or register first.
entrance-problem-forbidden = You are not allowed to do this.
entrance-problem-banned = You were banned from this room.
entrance-problem-room-gone = There is no such room any more.
entrance-problem-rate = Too many tries. The next one works in { $wait }.
entrance-problem-rate-announced = Too many tries. Please wait a moment.
entrance-retry = Try again

entrance-theme-system = Theme: as the system
entrance-theme-light = Theme: light
entrance-theme-dark = Theme: dark

# -- rooms

rooms-title = Rooms
rooms-page-title = Rooms · Chillin
rooms-search = Search rooms
rooms-search-clear = Clear the search
rooms-refresh = Refresh
rooms-new = New room
rooms-list = Rooms
rooms-loading = Loading the rooms
rooms-count = { $count ->
    [one] { $count } room
   *[other] { $count } rooms
}
rooms-members = { $count ->
    [0] no members yet
    [one] { $count } member
   *[other] { $count } members
}
rooms-private = Private room
rooms-copy-link = Copy invite link to { $room }
rooms-link-copied = Invite link copied
rooms-link-title = Invite link
rooms-link-description = Your browser does not let us copy it: it is selected, copy it with your keyboard.
rooms-link-field = Link to { $room }
rooms-more = Show more
rooms-updated = The list is up to date.

rooms-empty-title = No rooms yet
rooms-empty-description = Make the first one and invite somebody.
rooms-none-title = No room matches “{ $query }”
rooms-none-description = You can create it.
rooms-create-named = Create #{ $room }
rooms-error-title = The rooms could not be loaded
rooms-sign-in = Sign in

rooms-create-title = New room
rooms-create-description = Everyone can find it in the list; a private one needs its password.
rooms-name = Name
rooms-name-hint = Up to 30 characters.
rooms-name-missing = Enter a name.
rooms-name-long = A room’s name has at most 30 characters.
rooms-name-taken = There is a room of that name already.
rooms-description = Description
rooms-description-hint = What is it about?
rooms-description-long = A description has at most 200 characters.
rooms-make-private = Private
rooms-make-private-hint = Only people with the password get in.
rooms-password = Room password
rooms-create = Create room
rooms-cancel = Cancel

rooms-unlock-title = #{ $room } is private
rooms-unlock-description = Enter its password to come in.
rooms-password-wrong = That password is wrong.
rooms-password-missing = Enter the room’s password.
rooms-unlock = Enter room
rooms-creator-taken = Your guest name belongs to an account. Sign in, or come back under another name.

# -- settings

settings-title = Settings
settings-open = Settings
settings-account = Account
settings-guest = Guest
settings-member-since = Member since { $date }
settings-guest-hint = You are here as a guest: the name is yours while you are here.
settings-sign-out = Sign out
settings-leave-guest = Leave
settings-appearance = Appearance
settings-theme = Theme
settings-theme-system = System
settings-theme-light = Light
settings-theme-dark = Dark
settings-language = Language
settings-language-system = As the browser ({ $language })
settings-notifications = Notifications
settings-desktop = Desktop notifications
settings-desktop-hint = For mentions, and messages while you are elsewhere.
settings-desktop-denied = Your browser blocks them. Allow notifications for this site in its settings, then come back.
settings-desktop-insecure = Browsers allow them only over https.
settings-desktop-unsupported = This browser has none.
settings-sounds = Sounds
settings-sounds-hint = A quiet sound for new messages.

# -- chat
