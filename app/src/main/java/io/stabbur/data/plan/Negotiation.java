package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Handler;
import io.stabbur.data.catalog.Handler.Choice;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.error.DataError;
import io.stabbur.data.plan.PlanRules.Permission;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.Intent;
import io.stabbur.data.request.Media;
import org.jspecify.annotations.Nullable;

/// Chooses the first media type a client accepts that can be produced.
final class Negotiation {
  private final DataRequest request;
  private final Catalog catalog;
  private final PlanRules rules;

  Negotiation(DataRequest request, Catalog catalog, PlanRules rules) {
    this.request = request;
    this.catalog = catalog;
    this.rules = rules;
  }

  Choice choose(Name relation, boolean wholeRelation) {
    for (var media : request.accept()) {
      var choice = choice(media, wholeRelation ? relation : null);
      if (choice != null) {
        return bodiless() ? new Choice(new Handler.Nothing(), choice.media()) : choice;
      }
    }
    throw new DataError.NotAcceptable(request.accept().stream().map(Media::mime).toList())
        .exception();
  }

  private boolean bodiless() {
    return switch (request.intent()) {
      case Intent.Read(_, var body) -> body == Intent.Body.HEADERS_ONLY;
      case Intent.Call(_, var verb) -> verb == Intent.CallVerb.HEAD;
      case Intent.Write _ -> !request.preferences().wantsRows();
      case Intent.Describe _,
          Intent.RelationOptions _,
          Intent.RoutineOptions _,
          Intent.RootOptions _ ->
          false;
    };
  }

  private @Nullable Choice choice(Media media, @Nullable Name target) {
    return switch (media) {
      case Media.ObjectJson(var nulls) -> new Choice(new Handler.ObjectJson(nulls), media);
      case Media.StrippedArray _ -> new Choice(new Handler.StrippedArray(), media);
      case Media.Plan plan ->
          rules.explain() == Permission.GRANTED ? explained(plan, target) : null;
      case Media.Known _, Media.Other _ -> registered(media, target);
    };
  }

  private @Nullable Choice explained(Media.Plan plan, @Nullable Name target) {
    var of =
        switch (plan.of()) {
          case Media.ObjectJson(var nulls) -> new Choice(new Handler.ObjectJson(nulls), plan);
          case Media.StrippedArray _ -> new Choice(new Handler.StrippedArray(), plan);
          case Media.Known _, Media.Other _, Media.Plan _ -> registered(plan.of(), target);
        };
    return of == null ? null : new Choice(of.handler(), plan);
  }

  private @Nullable Choice registered(Media media, @Nullable Name target) {
    if (target != null) {
      var any = catalog.handler(target, Media.Known.ANY);
      var own = any != null ? any : catalog.handler(target, media);
      if (own != null) {
        return own;
      }
    }
    return catalog.handler(null, media);
  }
}
