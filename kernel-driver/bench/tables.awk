# SPDX-License-Identifier: GPL-2.0-only
#
# Two tables and the losses, from the CSV files of a run: first guest instructions, then nanoseconds.

BEGIN { FS = "," }
FNR == 1 { unit++ }
{ v[unit, $1, $2, $3] = $4 }

function of(unit, how, op, batch) { return v[unit, how, op, batch] }

function lose(text) {
  losses = losses "- LOSS: " text "\n"
  lost = "LOSS"
}

# One cell of the first table against its aim: at most @most times the system call, and no dearer than io_uring.
function judge(op, batch, most, call,    ours) {
  ours = of(1, "xsc", op, batch)
  lost = "ok"
  if (most && ours / of(1, "syscall", op, batch) > most)
    lose(sprintf("%s at batch %d takes %.0f instructions, %.2f times those of %s; the aim is %.3g", op, batch, ours,
                 ours / of(1, "syscall", op, batch), call, most))
  if (ours > of(1, "io_uring", op, batch))
    lose(sprintf("%s at batch %d takes %.0f instructions, io_uring %.0f", op, batch, ours, of(1, "io_uring", op, batch)))
  return lost
}

END {
  split("nop pread64B", ops, " ")
  split("getppid pread", calls, " ")
  split("1 8 32 128", batches, " ")
  aim["nop", 1] = 1.43
  aim["nop", 32] = 1 / 2.3
  aim["pread64B", 1] = 1.15
  aim["pread64B", 8] = aim["pread64B", 32] = aim["pread64B", 128] = 1

  print "Guest instructions for one operation (`-icount`, one processor; the same in each run). \"Submitter\" is what a thread does itself"
  print "whose entries are taken by a worker on another processor."
  print ""
  print "| operation | batch | system call | ring, inline | of system call | aim | io_uring | of io_uring | submitter, polled | verdict |"
  print "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
  for (o = 1; o <= 2; o++) {
    for (b = 1; b <= 4; b++) {
      op = ops[o]; batch = batches[b]
      verdict = judge(op, batch, aim[op, batch], calls[o])
      printf "| %s | %d | %.0f | %.0f | %.2f | %s | %.0f | %.2f | %.0f | %s |\n", op, batch, of(1, "syscall", op, batch),
             of(1, "xsc", op, batch), of(1, "xsc", op, batch) / of(1, "syscall", op, batch),
             aim[op, batch] ? sprintf("%.2f", aim[op, batch]) : "-", of(1, "io_uring", op, batch),
             of(1, "xsc", op, batch) / of(1, "io_uring", op, batch), of(1, "xsc-submitter", op, batch), verdict
    }
  }
  printf "\nAn `ioctl` that does nothing takes %.0f instructions, %.2f times `getppid`: no entry can take less.\n\n",
         of(1, "ioctl", "nop", 1), of(1, "ioctl", "nop", 1) / of(1, "syscall", "nop", 1)

  print "Nanoseconds of emulated time for one operation, from submission to completion (two processors; an emulator's time says little of a"
  print "real processor's). \"Same core\" is polling where the worker has no processor of its own."
  print ""
  print "| operation | batch | system call | ring, inline | io_uring | ring, polled | io_uring SQPOLL | ring, polled, same core |"
  print "| --- | --- | --- | --- | --- | --- | --- | --- |"
  for (o = 1; o <= 2; o++) {
    for (b = 1; b <= 4; b++) {
      op = ops[o]; batch = batches[b]
      printf "| %s | %d | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |\n", op, batch, of(2, "syscall", op, batch), of(2, "xsc", op, batch),
             of(2, "io_uring", op, batch), of(2, "xsc-polled", op, batch), of(2, "io_uring-sqpoll", op, batch), of(2, "xsc-same-core", op, batch)
      if (of(2, "xsc", op, batch) > of(2, "io_uring", op, batch))
        lose(sprintf("%s at batch %d takes %.0f ns, io_uring %.0f ns", op, batch, of(2, "xsc", op, batch), of(2, "io_uring", op, batch)))
      if (of(2, "xsc-polled", op, batch) > of(2, "io_uring-sqpoll", op, batch))
        lose(sprintf("%s at batch %d, polled, takes %.0f ns, io_uring SQPOLL %.0f ns", op, batch, of(2, "xsc-polled", op, batch),
                     of(2, "io_uring-sqpoll", op, batch)))
      if (of(2, "xsc-same-core", op, batch) > worst)
        worst = of(2, "xsc-same-core", op, batch)
    }
  }
  lose(sprintf("polled where the worker has no processor of its own, an operation takes up to %.1f ms: each waits for the scheduler", worst / 1e6))
  printf "\n%s", losses == "" ? "No losses.\n" : "Losses:\n\n" losses
}
