"""Planned workforces: for given prices of hours, who is worth hiring; for given hours, who is needed.

At a price of an hour, a worker present in a month earns what his hours are worth less his wage, and hiring and laying
off cost. The best plan of a crew is made of two paths, one for those who are there at the start and one for each who
might come: months present or not, chosen by dynamic programming. Where hiring pays at these prices, it pays for any
number, and no bound is finite: the prices are then lowered over the months in question until it just does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.load import wanted_hours

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.structure import Structure

TRIES = 50


class Crews:
    """The crews of a plan whose resource is used; the others only cost money, and have no hours to price.

    Attributes:
        row: the hours row of each crew, -1 where its resource is not used; shape (crews,).
        hours, overtime: what a worker brings; shape (crews, months).
        usual: workers who could do what is wanted on average; shape (crews, months).
    """

    def __init__(self, structure: Structure) -> None:
        s = self._s = structure
        table = s.case.hours.crews
        used = s.model.columns["regular"].keys["resource"].to_numpy(int)
        where = {int(resource): line for line, resource in enumerate(used)}
        resource = table["resource"].to_numpy(int)
        self.row = np.array([where.get(int(r), -1) for r in resource], dtype=int)
        self.hours, self.overtime = s.case.hours.crew_hours, s.case.hours.crew_overtime
        self._start = table["workers"].to_numpy(float)
        self._whole = table["whole"].to_numpy(bool)
        self._wage, self._hire, self._layoff = (s.costs(name) for name in ("workers", "hire", "layoff"))
        self._costs = s.costs("regular"), s.costs("overtime")
        self._caps = tuple(s.model.rows[name].of(s.model.row_upper) for name in ("capacity", "overtime_limit"))
        wanted = wanted_hours(s.case)[resource] if len(resource) else np.zeros((0, s.months))
        each = np.maximum(self.hours.mean(axis=1, keepdims=True), 1e-9) if len(resource) else wanted
        usual = np.maximum(wanted.mean(axis=1, keepdims=True) / each, 1.0) if len(resource) else wanted
        self.usual = np.repeat(usual, s.months, axis=1) if len(resource) else wanted
        peak = (wanted / each).max(axis=1) if len(resource) else self._start
        self._most = np.maximum(np.maximum(peak, self._start), 1.0)

    def added(self, workers: np.ndarray, each: np.ndarray) -> np.ndarray:
        """Return the hours that workers bring by hours row, `each` so many; shape (used resources, months)."""
        total = np.zeros_like(self._costs[0])
        inside = self.row >= 0
        np.add.at(total, self.row[inside], (workers * each)[inside])
        return total

    @property
    def manned(self) -> np.ndarray:
        """Where hours can be had by hiring; shape (used resources, months)."""
        ones = np.ones_like(self.hours)
        return self.added(ones, self.hours + self.overtime) > 0

    def _gain(self, price: np.ndarray) -> np.ndarray:
        """Return what a worker in a month is worth beyond the wage; shape (crews, months)."""
        regular, overtime = (np.maximum(price - cost, 0.0) for cost in self._costs)
        at = np.maximum(self.row, 0)
        worth = self.hours * regular[at] + self.overtime * overtime[at]
        return np.where(self.row[:, None] >= 0, worth, 0.0) - self._wage

    def bounded(self, price: np.ndarray, floor: np.ndarray) -> np.ndarray:
        """Return the price of hours (used resources, months), lowered where hiring without end would pay."""
        if not len(self.row):
            return price
        price = price.copy()
        for number in range(TRIES):
            gain, present = self._best(price, start=False)
            over = gain > 0
            if not over.any():
                return price
            worth = self.hours + np.where(price[np.maximum(self.row, 0)] > self._costs[1][self.row], self.overtime, 0.0)
            span = np.maximum((worth * present).sum(axis=1), 1e-12)
            off = np.where(over, (1.0 + 1e-9) * gain / span, 0.0)[:, None] * present
            lower = np.zeros_like(price)
            np.maximum.at(lower, self.row[over], off[over])
            if number > TRIES // 2:
                lower[self.row[over]] = np.maximum(lower[self.row[over]], 0.2 * (price - floor)[self.row[over]])
            price = np.maximum(price - lower, floor)
        crewed = self.row[self.row >= 0]
        price[crewed] = floor[crewed]
        return price

    def value(self, price: np.ndarray) -> float:
        """Return what the crews add to the bound at prices that `bounded` gave: those there at the start."""
        return -float(self._start @ self._best(price, start=True)[0]) if len(self.row) else 0.0

    def wanted(self, price: np.ndarray) -> np.ndarray:
        """Return the workers who would be there at these prices, within reach; shape (crews, months)."""
        if not len(self.row):
            return np.zeros_like(self.hours)
        stay = self._best(price, start=True)[1] * self._start[:, None]
        gain, present = self._best(price, start=False)
        come = np.where(gain > 0, np.maximum(self._most - self._start, 0.0), 0.0)[:, None] * present
        return stay + come

    def _best(self, price: np.ndarray, *, start: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the most a worker who is there at the start, or is not, can bring, and in which months: 1 or 0."""
        gain, months = self._gain(price), self.hours.shape[1]
        there = np.full(len(gain), 0.0 if start else -np.inf)
        gone = np.full(len(gain), -np.inf if start else 0.0)
        stayed, was_there = np.zeros((2, len(gain), months), bool)
        for t in range(months):
            hired, laid_off = gone - self._hire[:, t], there - self._layoff[:, t]
            stayed[:, t], was_there[:, t] = there >= hired, laid_off > gone
            there, gone = gain[:, t] + np.maximum(there, hired), np.maximum(gone, laid_off)
        present, now = np.zeros((len(gain), months)), there > gone
        for t in range(months - 1, -1, -1):
            present[:, t] = now
            now = np.where(now, stayed[:, t], was_there[:, t])
        return np.maximum(there, gone), present

    def staff(self, values: np.ndarray, use: np.ndarray) -> None:
        """Set workers, hires, layoffs and hours among `values` (columns,) for the hours used, at the least cost."""
        for crew in range(len(self.row)):
            row = self.row[crew]
            need = use[row] if row >= 0 else np.zeros(self.hours.shape[1])
            found = self._cheapest(crew, need)
            for name, part in zip(("workers", "hire", "layoff"), found[:3], strict=True):
                self._s.of(name, values)[crew] = part
            if row >= 0:
                self._s.of("regular", values)[row] = need - found[3]
                self._s.of("overtime", values)[row] = found[3]

    def _cheapest(self, crew: int, need: np.ndarray) -> np.ndarray:
        """Return workers, hires, layoffs and overtime of one crew that bring the hours needed; shape (4, months)."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        months, row = len(need), self.row[crew]
        one, none, before = np.eye(months), np.zeros((months, months)), np.eye(months, k=-1)
        each, extra = np.diag(self.hours[crew]), np.diag(self.overtime[crew])
        used = row >= 0
        regular, most = (cap[row] if used else np.full(months, np.inf) for cap in self._caps)
        rows = np.block([[one - before, -one, one, none], [each, none, none, one], [extra, none, none, -one]])
        first = np.append(self._start[crew], np.zeros(months - 1))
        low = np.concatenate([first, need - np.where(np.isfinite(regular), regular, np.inf), -most])
        high = np.concatenate([first, np.full(2 * months, np.inf)])
        wage = self._wage[crew]
        over = (self._costs[1] - self._costs[0])[row] if used else np.zeros(months)
        cost = np.concatenate([wage, self._hire[crew], self._layoff[crew], over])
        upper = np.concatenate([np.full(3 * months, np.inf), need])
        whole = np.repeat([float(self._whole[crew]), 0.0, 0.0, 0.0], months)
        limits = LinearConstraint(rows, low, high)
        answer = milp(cost, constraints=limits, bounds=Bounds(0.0, upper), integrality=whole)
        if answer.x is None:
            return np.full((4, months), np.nan)
        found = answer.x.reshape(4, months)
        if self._whole[crew]:
            found[0] = np.rint(found[0])
        change = np.diff(found[0], prepend=self._start[crew])
        found[1], found[2] = np.maximum(change, 0.0), np.maximum(-change, 0.0)
        short = need - regular - self.hours[crew] * found[0]
        found[3] = np.clip(np.maximum(found[3], short), 0.0, need)
        return found
