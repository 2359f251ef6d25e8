package io.stabbur.data;

import io.stabbur.data.error.DataError;
import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.reply.Reply;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.Incoming;

/// Answers the root: a description of the schema as the caller may see it.
final class Describer {
  Describer(DataRoom.Current current, Executor executor) {}

  Reply describe(DataPlan.Describe plan, DataRequest request, Incoming incoming) {
    throw new DataError.DescriptionDisabled().exception();
  }
}
