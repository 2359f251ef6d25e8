package io.stabbur.functions.supervise;

/// What one process uses of the processors, learned from looks at it now and then. Times are in
/// milliseconds. A bucket that fills with what it uses and empties slowly tells one that computes
/// for long, also where it gets a part of a processor only, from one that has bursts. What many
/// short requests need is not what one needs for long, so each response that begins counts, up to a
/// part of a processor: whoever answers quickly beside must not compute for ever. Of one thread.
final class ProcessorUse {
  /// The part of a processor that may be used for ever.
  private static final double FREE_PART = 0.1;

  /// What a response may need beside it: a process that many call is no hog.
  private static final double FREE_PER_RESPONSE = 2;

  /// The part of a processor that all responses together may need beside it.
  private static final double FREE_FOR_RESPONSES = 0.5;

  /// From so much on, others get a processor first: half a second of one processor.
  private static final double HEAVY = 400;

  /// The same for its requests without any progress: told also where it hardly gets a processor.
  private static final long HEAVY_WITHOUT_PROGRESS = 300;

  /// What is kept in mind at most, so that a process is calm after a few seconds.
  private static final double MOST = 600;

  /// Below this it does not compute at the moment.
  private static final double QUIET = 50;

  private long at;
  private long used;
  private long progress;
  private long responses;
  private long turn;
  private long base;
  private double level;

  /// @param used processor time of the process so far
  /// @param progress a count that rises with each piece of a response
  /// @param responses a count that rises with each response that begins
  /// @param turn another number whenever a process without requests gets one, 0 without any
  ProcessorUse(long at, long used, long progress, long responses, long turn) {
    this.at = at;
    this.used = used;
    this.progress = progress;
    this.responses = responses;
    this.turn = turn;
    this.base = used;
  }

  /// The process is looked at again.
  void look(long now, long usedNow, long progressNow, long responsesNow, long turnNow) {
    // what it used between requests is not that of the next one, unless it still computes
    boolean begins = turnNow != 0 && turnNow != turn && level < QUIET;
    double answers =
        Math.min(FREE_PER_RESPONSE * (responsesNow - responses), FREE_FOR_RESPONSES * (now - at));
    double free = FREE_PART * (now - at) + answers;
    level = Math.clamp(level + (usedNow - used) - free, 0, MOST);
    if (begins || progressNow != progress) {
      base = usedNow;
    }
    if (turnNow != 0 && usedNow > used && usedNow - base >= HEAVY_WITHOUT_PROGRESS) {
      level = Math.max(level, HEAVY);
    }
    at = now;
    used = usedNow;
    progress = progressNow;
    responses = responsesNow;
    turn = turnNow;
  }

  /// Processor time since its last response made progress.
  long withoutProgress() {
    return used - base;
  }

  /// Whether it has computed for long, with or without progress.
  boolean isHeavy() {
    return level >= HEAVY;
  }

  /// Whether it computes little, and has for a while.
  boolean isCalm() {
    return level <= 0;
  }
}
