/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what an image says. */
#ifndef SERVICES_CLI_IMAGE_INFO_H
#define SERVICES_CLI_IMAGE_INFO_H

#include "layout/image.h"
#include "services/cli/cli.h"

#include <jansson.h>

void image_info_print(const char *name, size_t file_len, const struct image *im);
json_t *image_info_json(const char *name, size_t file_len, const struct image *im);
/* The chip that the option --chip names, of all that have images. CLI_DONE; CLI_USAGE after it has said which there are. */
int image_chip_option(struct cli_call *call, const char *name, const struct image_chip **chip);

#endif
