/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what an image says. */
#ifndef SERVICES_CLI_IMAGE_INFO_H
#define SERVICES_CLI_IMAGE_INFO_H

#include "layout/image.h"

#include <jansson.h>

void image_info_print(const char *name, size_t file_len, const struct image *im);
json_t *image_info_json(const char *name, size_t file_len, const struct image *im);

#endif
