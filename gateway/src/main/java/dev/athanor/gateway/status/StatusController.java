package dev.athanor.gateway.status;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /v1/status`.
@RestController
class StatusController {
  private final Survey survey;

  StatusController(Survey survey) {
    this.survey = survey;
  }

  @GetMapping("/v1/status")
  PlatformStatus status() throws InterruptedException {
    return survey.take();
  }
}
