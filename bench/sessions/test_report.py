"""Do rows name a limit that was not kept?"""

import unittest

import report


def throughput(session_per_second, session_bytes):
    figures = {"client_cpu_us": [1.0], "server_cpu_us": [1.0], "bytes_back": [66.0]}
    return {"driven": {
        "plain": {**figures, "per_second": [100.0, 200.0, 300.0], "bytes_out": [70.0]},
        "session": {**figures, "per_second": session_per_second, "bytes_out": [session_bytes]}}}


class Rows(unittest.TestCase):
    def missed(self, found):
        return list(report.missed(report.rows_of_throughput(found)))

    def test_ratios_are_of_the_same_round(self):
        rows = list(report.rows_of_throughput(throughput([80.0, 160.0, 240.0], 74.0)))
        self.assertEqual([row.values for row in rows if row.unit == "ratio"], [[0.8, 0.8, 0.8]])

    def test_all_is_well(self):
        self.assertEqual(self.missed(throughput([80.0, 160.0, 240.0], 74.0)), [])

    def test_a_slow_session(self):
        self.assertEqual(len(self.missed(throughput([60.0, 120.0, 180.0], 74.0))), 1)

    def test_a_fat_frame(self):
        self.assertEqual(len(self.missed(throughput([80.0, 160.0, 240.0], 77.0))), 1)

    def test_an_outbox_that_is_too_slow(self):
        figures = {"per_second": [90_000.0], "bare_per_second": [200_000.0], "ratio": [0.45],
                   "batch": [500], "client_cpu_us": [3.0]}
        found = {"normal, echo": figures, "off, echo": figures}
        self.assertEqual(len(list(report.missed(report.rows_of_durable(found)))), 1)


if __name__ == "__main__":
    unittest.main()
