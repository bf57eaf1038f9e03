package dev.athanor.embedding.catalogue;

import java.util.List;

/// Cards of an encoder of images and of one of texts, for whoever reads requests by a card.
public final class FuzzedCards {
  public static final List<Card> BOTH =
      List.of(
          Card.parse(
              """
              {"kind":"image-encoder","input":{"name":"pixels","layout":"NCHW","type":"float32",
              "height":2,"width":2,"channels":3,"resize":"shorter-side","crop":"centre",
              "interpolation":"bilinear","scale":0.00392156862745098,"mean":[0,0,0],
              "std":[1,1,1]},"output":{"name":"embedding","dimensions":4}}
              """),
          Card.parse(
              """
              {"kind":"text-encoder","input":{"name":"input_ids","mask":"attention_mask",
              "layout":"NT","type":"int64","tokens":8,"padding":0,"tokenizer":"tokenizer.json"},
              "output":{"name":"embedding","dimensions":4,"pooling":"none","normalise":false}}
              """));

  private FuzzedCards() {}
}
