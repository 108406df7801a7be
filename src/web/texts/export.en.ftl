### The parts of the audit log that are kept as files.

exports = Prepared files
exports-lead = Parts of the audit log that were made into files, each with a signed manifest that proves it. They are kept for a week, or until somebody is erased.
no-exports = No file was prepared, or all of them are gone.
export-new = Prepare a file
export-new-text = The file is made in the background and holds what the filters find now. You get an e-mail when it is ready.
export-ask = Prepare it
export-all = The whole log
export-what = What
export-until = Kept until
export-refresh = Refresh
export-waiting = Waiting
export-under-way = Being made
export-is-ready = Ready
export-failed = Not made
export-too-large = It would be larger than 1 GiB. Narrow the filters.
export-right-lost = Whoever asked for it may export no more.
export-fault = The server could not make it. Ask for it again.
export-deeds = { $count ->
    [one] { $count } record
   *[other] { $count } records
 }
export-size = { $count } kB
export-file = File
export-manifest = Manifest
ask-export-delete = Delete this file?
ask-export-delete-text = The file and its manifest are gone at once. The log itself stays.
said-audit-export-asked = The file is being prepared. It is there in a while.
said-audit-export-deleted = The file was deleted.
rule-no-file = There is no file yet, or there will be none. Look at the list again.
did-audit-export-deleted = Deleted a prepared file of the audit log
did-audit-export-failed = A file of the audit log was not made
did-audit-export-fetched = Fetched a prepared file of the audit log
go-exports = Prepared export, Audit export, Manifest, Evidence, Download
