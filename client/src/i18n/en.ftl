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
entrance-problem-rate = Too many tries. The next one works in { $wait }.
entrance-problem-rate-announced = Too many tries. Please wait a moment.
entrance-retry = Try again

entrance-language = Language
entrance-theme = Theme
entrance-theme-system = System
entrance-theme-light = Light
entrance-theme-dark = Dark

# -- rooms

rooms-chat-loading = Loading
rooms-not-found-title = There is nothing here
rooms-not-found-description = The address may be mistyped.
rooms-not-found-action = To the rooms

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

rooms-problem-forbidden = You are not allowed to do this.
rooms-problem-banned = You were banned from this room.
rooms-problem-room-gone = There is no such room any more.
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

chat-rooms = Rooms
chat-no-rooms = You are in no room yet.
chat-browse = Browse rooms
chat-choose = No room is open
chat-choose-text = Choose one at the side, or look around for another.
chat-switch = Go to a room
chat-switch-placeholder = Name of a room
chat-switch-join = Join #{ $room }
chat-switch-here = you are here
chat-switch-none = Type the name of a room.
chat-unread = { $count ->
    [one] { $count } unread message
   *[other] { $count } unread messages
}
chat-mentions = { $count ->
    [one] { $count } mention of you
   *[other] { $count } mentions of you
}

chat-own-status = Your status
chat-status-online = Online
chat-status-away = Away
chat-status-busy = Busy
chat-status-offline = Offline
chat-guest = Guest · { $status }
chat-settings = Settings
chat-shortcuts = Keyboard shortcuts
chat-sign-out = Sign out
chat-sign-in = Sign in

chat-private-room = Private room
chat-cached = As this device remembers it
chat-members = Members
chat-members-count = { $count ->
    [one] { $count } member
   *[other] { $count } members
}
chat-members-search = Search members
chat-members-none = Nobody here has that name.
chat-members-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
chat-you = you
chat-more = More
chat-copy-link = Copy invite link
chat-link-copied = Invite link copied
chat-link-not-copied = Your browser did not let us copy it: { $link }
chat-leave = Leave room
chat-left = You left #{ $room }
chat-join = Join
chat-join-again = Join again
chat-joining = Joining…
chat-loading = Loading

chat-password-title = #{ $room } is private
chat-password-text = Enter its password to come in.
chat-password = Room password
chat-password-missing = Enter the room’s password.
chat-password-wrong = That password is wrong.
chat-try-again = Try again
chat-other-name = Use another name
chat-refused = #{ $room } cannot be opened
chat-refused-name-taken = Your name is taken here
chat-refused-name-taken-guest = Somebody in #{ $room } has the same name, or it belongs to an account. Come back under another one.
chat-refused-name-taken-account = Somebody in #{ $room } has the same name. Try again when they have left.
chat-refused-banned = You were banned from #{ $room }
chat-refused-banned-text = Only its moderators can change that.
chat-refused-not-found = There is no room #{ $room }
chat-refused-not-found-text = It may have been deleted, or the link has a mistake in it.
chat-refused-forbidden = #{ $room } is not open to you
chat-refused-forbidden-text = Ask somebody who is in it to let you in.
chat-refused-sign-in = This room needs an account
chat-refused-sign-in-text = Sign in or register, then open the link again.
chat-refused-session = Your session has ended
chat-refused-session-text = Sign in again; what you wrote is kept.
chat-kicked = You were removed from #{ $room }
chat-kicked-text = A moderator has removed you from this room.

chat-messages-in = Messages in #{ $room }
chat-beginning = This is where #{ $room } begins.
chat-loading-older = Loading older messages
chat-unread-divider = New messages
chat-new-messages = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
chat-to-end = To the latest
chat-said = { $user }: { $text }
chat-edited = (edited)
chat-deleted = This message was deleted.
chat-sending = Sending
chat-sending-at = Will be sent again at { $time }
chat-sent = Sent
chat-not-sent = Not sent: { $reason }
chat-retry = Retry
chat-discard = Discard
chat-failure-network = there was no answer.
chat-failure-auth-failed = your session has ended.
chat-failure-auth-required = this needs an account.
chat-failure-forbidden = you are not allowed to do that.
chat-failure-room-not-found = the room does not exist any more.
chat-failure-room-password-required = the room needs a password.
chat-failure-room-password-wrong = the room’s password was wrong.
chat-failure-name-taken = your name is taken in this room.
chat-failure-not-in-room = you are not in this room.
chat-failure-banned = you were banned from this room.
chat-failure-muted = you may not write in this room for now.
chat-failure-message-empty = there is nothing in it.
chat-failure-message-too-long = it is too long.
chat-failure-message-not-found = that message does not exist any more.
chat-failure-rate-limited = that was too much at once. Wait a moment.
chat-failure-unavailable = the server cannot store it right now.
chat-failure-internal = something went wrong on the server.
chat-failed = That did not work: { $reason }

chat-message-actions = What to do with the message
chat-with-key = { $label } ({ $key })
chat-key-delete = Del
chat-reply = Reply
chat-in-reply-to = In reply to
chat-reply-not-loaded = The message it answers is further up.
chat-replying-to = Reply to { $user }
chat-cancel-reply = Do not reply
chat-react = Add reaction
chat-react-with = React with { $emoji }
chat-reactions = Reactions
chat-reaction = { $emoji } { $count }: { $who }
chat-more-people = { $count ->
    [one] { $count } more
   *[other] { $count } more
}
chat-copy-text = Copy text
chat-copy-code = Copy code
chat-copied = Copied
chat-copy-failed = Your browser did not let us copy it.
chat-edit = Edit
chat-edit-label = Edit message
chat-edit-hint = Enter saves, Esc cancels
chat-edit-empty = It is empty. To delete the message, use Delete.
chat-save = Save
chat-cancel = Cancel
chat-delete = Delete
chat-delete-title = Delete this message?
chat-delete-description = It goes for everybody, and cannot be brought back.
chat-download = Download { $name }, { $size }

chat-message-to = Message #{ $room }
chat-send = Send
chat-emoji = Emoji
chat-emoji-picker = Emoji
chat-emoji-search = Search emoji
chat-emoji-none = There is none of that name.
chat-emoji-hint = Choose an emoji
chat-emoji-failed = The emoji could not be loaded.
chat-emoji-group-recent = Used lately
chat-emoji-group-found = Found
chat-emoji-group-smileys-emotion = Smileys
chat-emoji-group-people-body = People
chat-emoji-group-animals-nature = Animals and nature
chat-emoji-group-food-drink = Food and drink
chat-emoji-group-travel-places = Travel and places
chat-emoji-group-activities = Activities
chat-emoji-group-objects = Objects
chat-emoji-group-symbols = Symbols
chat-emoji-group-flags = Flags
chat-suggestions = Suggestions
chat-suggestions-count = { $count ->
    [one] { $count } suggestion
   *[other] { $count } suggestions
}
chat-characters-left = { $count ->
    [one] { $count } character left
   *[other] { $count } characters left
}
chat-too-long = { $count ->
    [one] { $count } character too many
   *[other] { $count } characters too many
}
chat-typing-one = { $name } is typing…
chat-typing-two = { $first } and { $second } are typing…
chat-typing-many = Several people are typing…

chat-connection-start = Not connected
chat-connection-signed-out = You are signed out
chat-connection-auth-failed = Your session has ended. Sign in again.
chat-connection-connecting = Connecting…
chat-connection-connected = Back online
chat-connection-offline = You are offline. What you write is sent as soon as you are back.
chat-connection-reconnecting = Connection lost. Attempt { $attempt } of { $max }
chat-connection-next-try = next in { $seconds } s
chat-connection-trying = trying now
chat-connection-failed = No connection after { $attempts } attempts. What you write is kept.

chat-shortcuts-everywhere = Everywhere
chat-shortcuts-writing = While writing
chat-shortcuts-message = On a message
chat-shortcut-switch = Go to a room
chat-shortcut-previous = Previous room
chat-shortcut-next = Next room
chat-shortcut-read = Mark as read
chat-shortcut-help = This list
chat-shortcut-send = Send
chat-shortcut-break = New line
chat-shortcut-edit-last = Edit your last message
chat-shortcut-bold = Bold
chat-shortcut-italic = Italic
chat-shortcut-mention = Mention somebody
chat-shortcut-emoji = Emoji by name
chat-shortcut-row-up = Previous message
chat-shortcut-row-down = Next message
