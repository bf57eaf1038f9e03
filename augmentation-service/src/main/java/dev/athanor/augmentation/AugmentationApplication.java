package dev.athanor.augmentation;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class AugmentationApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(AugmentationApplication.class, arguments);
  }
}
