"""RTP and RTCP without I/O: headers, reports, telephone events, G.711, jitter and the E-model."""
