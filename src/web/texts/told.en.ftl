### What applications were told of ended access.

told = Applications told
told-nobody = No application had to be told.
told-application = Application
told-what = What
told-result = Result
told-after = Time
told-log = Messages about ended access
told-log-hint = What this application was told in the last 30 days, newest first: logout notices, and the events of its stream.
told-log-empty = Nothing yet. It is told by a back-channel logout URI, or in a stream of security events, which it makes itself with the scope ssf.manage.
told-stream = Stream: { $method }, { $status }
told-push = posted to the application
told-poll = fetched by the application
told-enabled = on
told-paused = paused
told-disabled = off
told-gone = An application that is gone
told-waiting = Waiting
told-tried = Will be tried again
told-delivered = Delivered
told-failed = Not delivered
told-after-ms = { $count } ms
told-after-seconds = { $count } s
told-backchannel-logout = Logout notice
told-session-revoked = Session revoked
told-credential-change = Credential changed
told-account-disabled = Account disabled
told-account-enabled = Account enabled
told-account-purged = Account removed
told-verification = Sign of life
told-stream-updated = Stream changed

departure = Departure
departure-dead = Every session and every token here was dead at once: { $moment }.
departure-signed = Signed access tokens were out. An application that does not ask here may take the last of them for good until { $moment }.
departure-told = { $told } of { $count } messages to applications { $told ->
    [one] has
   *[other] have
  } arrived.
departure-last = The last one took { $name }.
