# SPDX-License-Identifier: ISC
#
# Sums and differences for sum.t, by Python's decimal: on each line two
# numbers, their sum, their difference; a word where there is none.
import random
from decimal import Decimal, getcontext

getcontext().prec = 700
getcontext().Emin = -9999
getcontext().Emax = 9999
random.seed(3667)


def number():
    n = random.choice([1, 37, 38, random.randint(1, 38)])
    digits = random.choice([
        "".join(random.choice("0123456789") for _ in range(n)),
        "9" * n, "1" + "0" * (n - 1)])
    first = random.choice([0, 0, 0, 1, 5, 20, 37, 38, -1, -5, -37, -130,
                           -129, -93, 125, 124, 88,
                           random.randint(-130, 125)])
    d = Decimal(digits).scaleb(first - n + 1)
    if d and not -130 <= d.adjusted() <= 125:
        d = Decimal(1)
    return -d if random.random() < 0.5 else d


def shown(d):
    if not d:
        return "0"
    sign, digits, exp = d.as_tuple()
    text = "".join(map(str, digits))
    n = len(text.rstrip("0").lstrip("0"))
    if d.adjusted() > 125:
        return "overflow"
    if d.adjusted() < -130:
        return "underflow"
    if n > 38:
        return "digits"
    text = format(d, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


for i in range(6000):
    a, b = number(), number()
    if i % 7 == 0:
        # Near to each other, so that digits cancel out.
        b = -a + (Decimal(random.randint(-9, 9)).scaleb(
            max(-130, a.adjusted() - random.choice([0, 1, 20, 37]))))
        if shown(b).isalpha():
            b = -a
    print(format(a, "f"), format(b, "f"), shown(a + b), shown(a - b))
