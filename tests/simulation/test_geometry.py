"""Triangles, the head's mesh and its drawing."""

import cv2
import numpy as np
import pytest

from frapi.simulation.mesh import LOWER_LID, UPPER_LID, HeadMesh, Placement
from frapi.simulation.render import MeshRenderer
from frapi.simulation.script import Gesture
from frapi.vision.pose import head_pose
from frapi.vision.topology import CHIN, FACE_OVAL, FOREHEAD, LEFT_TEMPLE, MESH_VERTICES, NOSE_TIP, RIGHT_TEMPLE
from frapi.vision.triangles import double_areas, triangulate
from frapi.vision.types import Landmarks
from tests.simulation.face import dome, photo


@pytest.fixture(scope="module")
def mesh() -> HeadMesh:
    return HeadMesh(dome().points_px)


def planar_residual(before: np.ndarray, after: np.ndarray) -> float:
    """RMS pixels that the best homography leaves over."""
    homography, _ = cv2.findHomography(before[:, :2], after[:, :2])
    explained = cv2.perspectiveTransform(before[None, :, :2], homography)[0]
    return float(np.sqrt(((explained - after[:, :2]) ** 2).sum(axis=1).mean()))


class TestTriangles:
    def test_they_cover_the_hull_once(self):
        points = np.random.default_rng(1).uniform(0, 100, (200, 2))
        areas = double_areas(points[triangulate(points)])
        assert (areas > 0).all()
        hull = cv2.contourArea(cv2.convexHull(points.astype(np.float32)))
        assert areas.sum() / 2 == pytest.approx(hull, rel=0.01)

    def test_coincident_points_are_one(self):
        points = np.array([[0, 0], [10, 0], [0, 10], [10, 10], [5, 5], [5, 5]], float)
        assert set(triangulate(points).ravel().tolist()) == {0, 1, 2, 3, 4}


class TestHead:
    def test_at_rest_it_is_the_photo(self, mesh):
        assert np.allclose(mesh.posed(Gesture(), Placement()), mesh.vertices)

    def test_a_head_that_comes_closer_is_larger_its_nose_most(self, mesh):
        before, after = (mesh.posed(Gesture(nearer=nearer), Placement()) for nearer in (0.0, 0.3))
        assert np.ptp(after[:MESH_VERTICES, 0]) / np.ptp(before[:MESH_VERTICES, 0]) == pytest.approx(1.3, abs=0.05)
        assert planar_residual(before[:MESH_VERTICES], after[:MESH_VERTICES]) > 0.3

    def test_a_jaw_that_hangs_moves_the_chin_and_neither_brow_nor_scenery(self, mesh):
        moved = mesh.posed(Gesture(jaw=0.05), Placement()) - mesh.vertices
        assert moved[CHIN, 1] == pytest.approx(0.05 * np.ptp(mesh.vertices[:MESH_VERTICES, 0]))
        assert np.allclose(moved[FOREHEAD], 0)
        assert np.allclose(moved[-len(FACE_OVAL) :], 0)

    def test_shut_lids_meet(self, mesh):
        shut = mesh.posed(Gesture(eye_closure=1.0), Placement())
        assert (shut[LOWER_LID, 1] - shut[UPPER_LID, 1] <= 0).all()
        half = mesh.posed(Gesture(eye_closure=0.5), Placement())
        assert np.allclose(half[LOWER_LID, 1] - half[UPPER_LID, 1], 8 * 0.49, atol=0.2)

    @pytest.mark.parametrize(("yaw_deg", "pitch_deg"), [(20, 0), (-20, 0), (0, 10), (0, -10)])
    def test_a_turn_has_the_signs_of_head_pose(self, mesh, yaw_deg, pitch_deg):
        before, after = (
            head_pose(Landmarks(points[:MESH_VERTICES].astype(np.float32), 1.0))
            for points in (mesh.vertices, mesh.posed(Gesture(0.0, yaw_deg, pitch_deg), Placement()))
        )
        for asked, moved in (
            (yaw_deg, after.yaw_deg - before.yaw_deg),
            (pitch_deg, after.pitch_deg - before.pitch_deg),
        ):
            assert moved * asked > 0 if asked else abs(moved) < 3

    def test_a_turn_is_no_planar_motion(self, mesh):
        face = slice(0, MESH_VERTICES)
        turned = mesh.posed(Gesture(yaw_deg=20), Placement())
        assert planar_residual(mesh.vertices[face], turned[face]) > 1.0
        shifted = mesh.posed(Gesture(), Placement(roll_deg=3, shift_x_px=4))
        assert planar_residual(mesh.vertices[face], shifted[face]) < 0.5

    def test_the_nose_moves_and_the_outermost_ring_does_not(self, mesh):
        moved = mesh.posed(Gesture(yaw_deg=20), Placement(shift_x_px=3)) - mesh.vertices
        assert moved[NOSE_TIP, 0] > 10
        assert np.abs(moved[-36:]).max() < 1e-9

    def test_the_head_never_folds_over_at_25_degrees(self, mesh):
        for yaw_deg in (-25, 25):
            posed = mesh.posed(Gesture(yaw_deg=yaw_deg), Placement())
            assert posed[RIGHT_TEMPLE, 0] < posed[NOSE_TIP, 0] < posed[LEFT_TEMPLE, 0]


class TestDrawing:
    def test_unmoved_vertices_give_the_photo(self, mesh):
        image = photo()
        drawn = MeshRenderer(image, mesh.vertices, mesh.triangles).draw(mesh.vertices)
        assert np.abs(drawn.astype(int) - image).max() <= 1

    def test_what_is_outside_the_mesh_stays(self, mesh):
        image = photo()
        drawn = MeshRenderer(image, mesh.vertices, mesh.triangles).draw(mesh.posed(Gesture(yaw_deg=20), Placement()))
        assert np.array_equal(drawn[:, :25], image[:, :25])
        assert np.abs(drawn[120, 130:190].astype(int) - image[120, 130:190]).mean() > 5

    def test_texture_goes_with_its_vertices(self):
        square = np.array([[50, 50, 0], [150, 50, 0], [150, 150, 0], [50, 150, 0]], float)
        image = photo()
        drawn = MeshRenderer(image, square, triangulate(square[:, :2])).draw(square * [1, 0.5, 1] + [0, 50, 0])
        # The middle stays in the middle; a point a quarter down is now half as far from it.
        assert np.abs(drawn[100, 100].astype(int) - image[100, 100]).max() <= 2
        assert np.abs(drawn[80, 100].astype(int) - image[60, 100]).max() <= 3

    def test_nearer_triangles_hide_farther_ones(self):
        vertices = np.array([[10, 10, 5], [60, 10, 5], [10, 60, 5], [80, 10, -5], [130, 10, -5], [80, 60, -5]], float)
        image = photo()
        renderer = MeshRenderer(image, vertices, np.array([[0, 1, 2], [3, 4, 5]], np.int32))
        moved = vertices.copy()
        moved[3:, 0] -= 70  # the near triangle slides over the far one
        assert np.abs(renderer.draw(moved)[20, 20].astype(int) - image[20, 90]).max() <= 2
        moved[3:, 2], moved[:3, 2] = 5, -5
        assert np.abs(renderer.draw(moved)[20, 20].astype(int) - image[20, 20]).max() <= 2
