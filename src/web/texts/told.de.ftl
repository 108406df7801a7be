### Was Anwendungen über beendeten Zugang erfahren haben.

told = Benachrichtigte Anwendungen
told-nobody = Keine Anwendung musste benachrichtigt werden.
told-application = Anwendung
told-what = Was
told-result = Ergebnis
told-after = Dauer
told-log = Nachrichten über beendeten Zugang
told-log-hint = Was diese Anwendung in den letzten 30 Tagen erfahren hat, das Neueste zuerst: Abmeldungen und die Ereignisse ihres Stroms.
told-log-empty = Noch nichts. Sie erfährt davon über eine Back-Channel-Abmeldeadresse oder in einem Strom von Sicherheitsereignissen, den sie mit dem Scope ssf.manage selbst anlegt.
told-stream = Strom: { $method }, { $status }
told-push = wird an die Anwendung gesendet
told-poll = wird von der Anwendung abgeholt
told-enabled = an
told-paused = angehalten
told-disabled = aus
told-gone = Eine Anwendung, die es nicht mehr gibt
told-waiting = Wartet
told-tried = Wird erneut versucht
told-delivered = Zugestellt
told-failed = Nicht zugestellt
told-after-ms = { $count } ms
told-after-seconds = { $count } s
told-backchannel-logout = Abmeldung
told-session-revoked = Sitzung beendet
told-credential-change = Anmeldemittel geändert
told-account-disabled = Konto gesperrt
told-account-enabled = Konto freigegeben
told-account-purged = Konto entfernt
told-verification = Lebenszeichen
told-stream-updated = Strom geändert

departure = Abgang
departure-dead = Jede Sitzung und jedes Token hier war auf der Stelle ungültig: { $moment }.
departure-signed = Es waren signierte Zugriffstoken im Umlauf. Eine Anwendung, die hier nicht nachfragt, kann das letzte bis { $moment } für gültig halten.
departure-told = { $told } von { $count } Nachrichten an Anwendungen { $told ->
    [one] ist
   *[other] sind
  } angekommen.
departure-last = Die letzte brauchte { $name }.
