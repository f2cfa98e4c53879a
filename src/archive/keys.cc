#include "archive/keys.h"
